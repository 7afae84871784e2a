// The window: a row for each service, filled in as its records come.
'use strict';

const byId = (id) => document.getElementById(id);
/** What is known, by the full name of a service or a host. */
const services = new Map();
const addresses = new Map();

function row(name) {
  let row = services.get(name);
  if (row === undefined) {
    row = byId('services').insertRow();
    for (let i = 0; i < 4; i++) row.insertCell();
    services.set(name, row);
  }
  return row;
}

/** Text nodes only: what comes from the network is not to be trusted. */
function write(name, column, text) {
  row(name).cells[column].textContent = text;
}

function where(host, port) {
  const address = addresses.get(host);
  return `${host}:${port}${address === undefined ? '' : ` (${address})`}`;
}

function found(record) {
  if (record.type !== TYPE.A && !/\._(tcp|udp)\./.test(`.${record.name}`)) return;
  if (record.gone) {
    services.get(record.target)?.remove();
    services.delete(record.target);
  } else if (record.type === TYPE.PTR) {
    write(record.target, 0, record.instance);
    write(record.target, 1, record.kind);
  } else if (record.type === TYPE.SRV) {
    const { host, port } = Object.assign(row(record.name).dataset, { host: record.target, port: record.port });
    write(record.name, 2, where(host, port));
  } else if (record.type === TYPE.TXT) {
    write(record.name, 3, record.texts.join(', '));
  } else if (record.type === TYPE.A) {
    addresses.set(record.name, record.address);
    for (const [name, { dataset }] of services) {
      if (dataset.host === record.name) write(name, 2, where(dataset.host, dataset.port));
    }
  }
}

const finder = new ServiceFinder(found, (problem) => {
  byId('state').textContent = problem;
});

finder.start((interfaces, heard) => {
  byId('state').textContent = heard
    ? `asking on ${interfaces} interfaces, and hearing announcements`
    : `asking on ${interfaces} interfaces; another program has port 5353, so announcements are not heard`;
});

byId('again').addEventListener('click', () => finder.again());
