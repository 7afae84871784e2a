const inner = new Worker("classic.js", { name });
inner.onmessage = ({ data }) => postMessage(data);
onmessage = ({ data }) => inner.postMessage(data);
