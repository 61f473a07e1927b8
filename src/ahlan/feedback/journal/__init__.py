"""The journal of needs: what customers want, wherever it was heard, by theme."""
