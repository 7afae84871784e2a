window.ask = (url) => Promise.all([
  fetch(url).then((answer) => answer.status, (error) => error.name),
  new Promise((done) => {
    const xhr = new XMLHttpRequest();
    xhr.onloadend = () => done(xhr.status);
    xhr.open("GET", url);
    xhr.send();
  }),
]);
