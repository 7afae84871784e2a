// Finds services: asks from every network interface, and hears what is announced to the group.
'use strict';

const GROUP = '224.0.0.251';
const PORT = 5353;
/** The name under which every kind of service is listed. */
const KINDS = '_services._dns-sd._udp.local';

class ServiceFinder {
  /** `found` is told of every record; `failed` of what does not work. */
  constructor(found, failed) {
    this.found = found;
    this.failed = failed;
    this.sockets = new Set();
    this.kinds = new Set();
    chrome.sockets.udp.onReceive.addListener((info) => this.receive(info));
    chrome.sockets.udp.onReceiveError.addListener((info) => {
      if (this.sockets.delete(info.socketId)) failed(`a socket ended (${info.resultCode})`);
    });
  }

  /** Opens the sockets; `ready` is told how many interfaces there are, and whether announcements are heard. */
  start(ready) {
    chrome.system.network.getNetworkInterfaces((interfaces) => {
      // Bound to its address, a question leaves by that interface. IPv6 has a group of its own, left out here.
      const addresses = interfaces.map((each) => each.address).filter((address) => !address.includes(':'));
      addresses.forEach((address) => this.bind(address, 0, (socketId) => this.ask(socketId, [KINDS])));
      this.bind('0.0.0.0', PORT, (socketId) => {
        if (socketId !== null) return this.join(socketId, (heard) => ready(addresses.length, heard));
        // Another program of this machine has the port. Answers to questions from other ports come straight back.
        this.bind('0.0.0.0', 0, (other) => {
          if (other !== null) this.ask(other, [KINDS]);
          ready(addresses.length, false);
        });
      });
    });
  }

  /** Asks once more, for the kinds and for all of each. */
  again() {
    for (const socketId of this.sockets) this.ask(socketId, [KINDS, ...this.kinds]);
  }

  bind(address, port, bound) {
    const { udp } = chrome.sockets;
    udp.create({ name: `${address}:${port}` }, ({ socketId }) => {
      udp.bind(socketId, address, port, (result) => {
        if (result < 0) {
          console.warn(`${address}:${port}: ${chrome.runtime.lastError.message}`);
          udp.close(socketId);
          return bound(null);
        }
        this.sockets.add(socketId);
        bound(socketId);
      });
    });
  }

  join(socketId, joined) {
    chrome.sockets.udp.joinGroup(socketId, GROUP, (result) => {
      if (chrome.runtime.lastError) this.failed(`joining ${GROUP}: ${chrome.runtime.lastError.message}`);
      this.ask(socketId, [KINDS]);
      joined(result === 0);
    });
  }

  ask(socketId, names) {
    if (socketId === null) return;
    const query = makeQuery(names.map((name) => [name, TYPE.PTR]));
    chrome.sockets.udp.send(socketId, query, GROUP, PORT, () => {
      if (chrome.runtime.lastError) this.failed(`asking: ${chrome.runtime.lastError.message}`);
    });
  }

  receive({ socketId, data, remoteAddress }) {
    if (!this.sockets.has(socketId)) return;
    let records;
    try {
      records = parseRecords(data);
    } catch (error) {
      console.warn(`${remoteAddress} sent what is not DNS: ${error.message}`);
      return;
    }
    for (const record of records) {
      if (record.type === TYPE.PTR && record.name === KINDS) this.kind(socketId, record.target);
      else this.found(record, remoteAddress);
    }
  }

  /** A kind of service is there: who offers it? */
  kind(socketId, name) {
    if (this.kinds.has(name)) return;
    this.kinds.add(name);
    this.ask(socketId, [name]);
  }
}
