// Messages of multicast DNS (RFC 1035, RFC 6762, RFC 6763): asking questions and reading answers.
'use strict';

const TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 };
const CLASS_IN = 1;

/** A message with one question for each `[name, type]`, as an ArrayBuffer. */
function makeQuery(questions) {
  const bytes = [0, 0, 0, 0, 0, questions.length, 0, 0, 0, 0, 0, 0];
  for (const [name, type] of questions) {
    for (const label of name.split('.')) {
      const text = new TextEncoder().encode(label);
      bytes.push(text.length, ...text);
    }
    bytes.push(0, type >> 8, type & 255, 0, CLASS_IN);
  }
  return Uint8Array.from(bytes).buffer;
}

/** The records of an answer; `[]` for a question. Throws where it is not a DNS message. */
function parseRecords(buffer) {
  const reader = new DnsReader(buffer);
  reader.short(); // the id, which multicast DNS does not use
  const isAnswer = (reader.short() & 0x8000) !== 0;
  const questions = reader.short();
  const count = reader.short() + reader.short() + reader.short();
  for (let i = 0; i < questions; i++) {
    reader.labels();
    reader.take(4);
  }
  const records = [];
  for (let i = 0; i < count; i++) records.push(reader.record());
  return isAnswer ? records : [];
}

class DnsReader {
  constructor(buffer) {
    this.view = new DataView(buffer);
    this.at = 0;
  }

  short() {
    this.at += 2;
    return this.view.getUint16(this.at - 2);
  }

  take(length) {
    const bytes = new Uint8Array(this.view.buffer, this.at, length); // throws past the end
    this.at += length;
    return bytes;
  }

  /** The labels of a name. A pointer goes back to where the rest of it was said before. */
  labels() {
    const labels = [];
    let end = null;
    for (let length = this.take(1)[0]; length > 0; length = this.take(1)[0]) {
      if (length < 0xc0) {
        labels.push(new TextDecoder().decode(this.take(length)));
        continue;
      }
      const target = (length & 0x3f) << 8 | this.take(1)[0];
      end ??= this.at;
      if (target >= this.at - 2) throw new RangeError('a pointer that does not go back');
      this.at = target;
      if (labels.length > 128) throw new RangeError('a name without an end');
    }
    if (end !== null) this.at = end;
    return labels;
  }

  record() {
    const name = this.labels().join('.');
    const type = this.short();
    this.take(2); // the class
    const gone = this.take(4).every((byte) => byte === 0); // no time to live: a goodbye
    const length = this.short();
    const end = this.at + length;
    const record = { name, type, gone, ...this.data(type, length) };
    this.at = end;
    return record;
  }

  data(type, length) {
    if (type === TYPE.PTR) {
      const [instance, ...kind] = this.labels();
      return { target: [instance, ...kind].join('.'), instance, kind: kind.slice(0, 2).join('.') };
    }
    if (type === TYPE.SRV) {
      this.take(4); // priority and weight
      return { port: this.short(), target: this.labels().join('.') };
    }
    if (type === TYPE.A) return { address: this.take(4).join('.') };
    if (type === TYPE.TXT) return { texts: this.texts(this.at + length) };
    return {};
  }

  texts(end) {
    const texts = [];
    while (this.at < end) {
      const text = new TextDecoder().decode(this.take(this.take(1)[0]));
      if (text !== '') texts.push(text);
    }
    return texts;
  }
}
