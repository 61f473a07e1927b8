// On a phone the menu of the settings is one line that scrolls: the present page's entry comes into view.
import { attach } from "./attach.js";

attach('.settings__link[aria-current="page"]', (link) => link.scrollIntoView({ block: "nearest", inline: "center" }));
