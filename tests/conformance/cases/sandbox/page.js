addEventListener("message", ({ data }) => { window.told = data; });
