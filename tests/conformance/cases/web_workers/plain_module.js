onmessage = ({ data }) => fetch(data[0] + "/echo").then((answer) => postMessage([["fetch", [answer.status, answer.type, typeof this]]]));
