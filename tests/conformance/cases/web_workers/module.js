import { seen } from "./first.js";
import "./tries.js";
onmessage = ({ data }) => tries(...data).then((more) => postMessage([["about", [location.pathname, seen, typeof this]], ...more]));
