// Worker of browsers: measures one file and ends.

import { blobSource, bytesSource } from "./sources.js";
import { work } from "./work.js";

const open = (input) => (input instanceof Blob ? blobSource(input) : bytesSource(input));

addEventListener("message", ({ data }) => work(data, open, (message) => postMessage(message)), { once: true });
