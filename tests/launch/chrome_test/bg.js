// Tests an app's author could write, some of which fail on purpose.
const { tcp, udp } = chrome.sockets;
const { test } = chrome;

test.sendMessage("ready", (reply) =>
  test.getConfig((config) =>
    test.runTests([
      function passes() {
        test.assertEq("go", reply);
        test.assertEq({ customArg: "arg" }, config);
        test.succeed();
      },
      function waitsForItsCallbacks() {
        tcp.create({}, test.callbackPass(({ socketId }) => test.assertTrue(socketId > 0)));
        tcp.create({}, test.callbackPass());
      },
      function expectsAnError() {
        tcp.close(99, test.callbackFail("Socket not found"));
      },
      async function isAsynchronous() {
        const { socketId } = await udp.create();
        test.assertFalse((await udp.getInfo(socketId)).paused);
        await test.assertPromiseRejects(tcp.close(99), "Error: Socket not found");
        test.succeed();
      },
      async function listensOnce() {
        const { socketId } = await udp.create();
        await udp.bind(socketId, "127.0.0.1", 0);
        const { localPort } = await udp.getInfo(socketId);
        test.listenOnce(udp.onReceive, (info) => test.assertEq(new ArrayBuffer(3), info.data));
        udp.send(socketId, new ArrayBuffer(3), "127.0.0.1", localPort, test.callbackPass());
      },
      function assertsInVain() {
        test.assertEq([1, { a: 1 }], [1, { a: 2 }], "not the same");
      },
      function throwsInACallback() {
        tcp.create({}, () => null.property);
      },
      function expectsTheWrongError() {
        tcp.close(99, test.callbackFail("Another error"));
      },
    ])));
