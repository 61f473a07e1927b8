// Every behaviour, each attached by its data- attribute. Pages work without them, only less smoothly.
import "./composer.js";
import "./copy.js";
import "./dialog.js";
import "./fold.js";
import "./keys.js";
import "./list.js";
import "./live.js";
import "./menu.js";
import "./menu-here.js";
import "./palette.js";
import "./panes.js";
import "./remote-pictures.js";
import "./requests.js";
import "./search-here.js";
import "./theme.js";
import "./toast.js";
import "./when.js";
