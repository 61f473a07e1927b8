// Seeks the number that work.py asks for: the SHA-256 of "stamp:number" begins with so many zero bits.
self.onmessage = async ({ data: { stamp, bits } }) => {
  const letters = new TextEncoder();
  for (let number = 0; ; number += 1) {
    const found = new DataView(await crypto.subtle.digest("SHA-256", letters.encode(`${stamp}:${number}`)));
    if (found.getUint32(0) >>> (32 - bits) === 0) {
      self.postMessage(String(number));
      return;
    }
  }
};
