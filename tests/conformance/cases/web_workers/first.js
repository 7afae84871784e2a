const request = new XMLHttpRequest();
let answer;
try {
  request.open("GET", name + "/echo", false);
  request.send();
  answer = request.status;
} catch (error) {
  answer = error.name;
}
export const seen = answer;
