import { PytorchError } from './pytorch-error.ts';

/** A value of a pickle. Tuples and lists are arrays, dictionaries are maps; `object` is what a callable of the caller gave. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | object;

/** A name of a Python module that a pickle refers to, with what stands for it here. */
export class PickleGlobal {
  readonly name: string;
  readonly call: ((args: readonly PickleValue[]) => PickleValue) | undefined;

  constructor(name: string, call?: (args: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.call = call;
  }
}

/** What a pickle may refer to outside itself. */
export interface PickleScope {
  /** @throws {PytorchError} for any name but those that are known to be harmless */
  find(module: string, name: string): PickleGlobal;
  /** What a persistent id stands for. */
  persistent(id: PickleValue): PickleValue;
}

/** The pickle goes on beyond the bytes at hand. */
export class TruncatedPickleError extends PytorchError {
  constructor(offset: number) {
    super(`the pickle is cut short at byte ${offset}`);
  }
}

const MARK = Symbol('mark');
type Item = PickleValue | typeof MARK;

/**
 * Reads one pickle of protocols 2 to 5 without running code: it makes numbers, texts, lists, tuples and dictionaries, and calls only
 * what the scope offers. Opcodes that nothing of this needs are refused by number.
 *
 * @param bytes from where the pickle begins; it may end earlier
 * @returns the value and the byte behind its end
 * @throws {PytorchError} on anything else than such a pickle
 * @throws {TruncatedPickleError} where the bytes end before it does
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  scope: PickleScope,
): { readonly value: PickleValue; readonly end: number } {
  const reader = new Unpickler(bytes, start, scope);
  return { value: reader.run(), end: reader.position };
}

class Unpickler {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #scope: PickleScope;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, start: number, scope: PickleScope) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#scope = scope;
    this.position = start;
  }

  run(): PickleValue {
    for (;;) {
      const at = this.position;
      const opcode = this.uint8();
      // STOP
      if (opcode === 0x2e) return this.pop();
      const operation = OPERATIONS[opcode];
      if (!operation) {
        throw new PytorchError(
          `byte ${at}: opcode 0x${opcode.toString(16)} is not one that weights are written with`,
        );
      }
      operation(this);
    }
  }

  /** Moves on by so many bytes and gives where they begin. */
  #take(length: number): number {
    const at = this.position;
    if (length > this.#bytes.length - at) throw new TruncatedPickleError(this.#bytes.length);
    this.position = at + length;
    return at;
  }

  uint8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** A length or memo index of 8 bytes; beyond 2^53 it cannot lie in the file either way. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A two's complement integer of this many bytes. */
  integer(length: number): number | bigint {
    const at = this.#take(length);
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(this.#bytes[at + i]!) << BigInt(8 * i);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  text(length: number, encoding: 'utf-8' | 'latin1' = 'utf-8'): string {
    const at = this.#take(length);
    return new TextDecoder(encoding).decode(this.#bytes.subarray(at, at + length));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new TruncatedPickleError(this.#bytes.length);
    const text = this.text(end - this.position);
    this.#take(1);
    return text;
  }

  push(item: Item): void {
    this.#stack.push(item);
  }

  pop(): PickleValue {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) this.#damaged('a value');
    return item as PickleValue;
  }

  top(): PickleValue {
    const item = this.#stack.at(-1);
    if (item === undefined || item === MARK) this.#damaged('a value');
    return item as PickleValue;
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  /** What was pushed since the last mark. */
  popToMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) this.#damaged('a mark');
    const items = this.#stack.splice(at + 1) as PickleValue[];
    this.#stack.pop();
    return items;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  memoize(index: number = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) this.#damaged(`an entry ${index} in its memo`);
    this.push(this.#memo.get(index)!);
  }

  global(module: string, name: string): void {
    this.push(this.#scope.find(module, name));
  }

  persistent(): void {
    this.push(this.#scope.persistent(this.pop()));
  }

  reduce(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!(callable instanceof PickleGlobal) || !Array.isArray(args)) this.#damaged('something to call');
    if (!callable.call) throw new PytorchError(`'${callable.name}' is called, which weights never do`);
    this.push(callable.call(args));
  }

  /** An object's state: PyTorch notes versions on its dictionaries so, which weights do not need. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map))
      throw new PytorchError('an object has a state, valid: dictionaries only');
  }

  setItems(pairs: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof Map) || pairs.length % 2 !== 0) this.#damaged('a dictionary and pairs');
    for (let i = 0; i < pairs.length; i += 2) target.set(pairs[i]!, pairs[i + 1]!);
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!Array.isArray(target)) this.#damaged('a list');
    for (const item of items) target.push(item);
  }

  protocol(): void {
    const version = this.uint8();
    if (version < 2 || version > 5) throw new PytorchError(`pickle protocol ${version}, valid: 2 to 5`);
  }

  #damaged(expected: string): never {
    throw new PytorchError(`byte ${this.position}: damaged pickle, expected ${expected}`);
  }
}

type Operation = (pickle: Unpickler) => void;

/** By opcode; the names are those of Python's `pickletools`. */
const OPERATIONS: Readonly<Record<number, Operation>> = {
  /* PROTO */ 0x80: (p) => p.protocol(),
  /* FRAME */ 0x95: (p) => void p.uint64(),
  /* MARK */ 0x28: (p) => p.mark(),
  /* NONE */ 0x4e: (p) => p.push(null),
  /* NEWTRUE */ 0x88: (p) => p.push(true),
  /* NEWFALSE */ 0x89: (p) => p.push(false),
  /* BININT */ 0x4a: (p) => p.push(p.int32()),
  /* BININT1 */ 0x4b: (p) => p.push(p.uint8()),
  /* BININT2 */ 0x4d: (p) => p.push(p.uint16()),
  /* LONG1 */ 0x8a: (p) => p.push(p.integer(p.uint8())),
  /* BINFLOAT */ 0x47: (p) => p.push(p.float64()),
  /* BINUNICODE */ 0x58: (p) => p.push(p.text(p.uint32())),
  /* SHORT_BINUNICODE */ 0x8c: (p) => p.push(p.text(p.uint8())),
  /* BINUNICODE8 */ 0x8d: (p) => p.push(p.text(p.uint64())),
  /* BINSTRING, of Python 2 */ 0x54: (p) => p.push(p.text(p.uint32(), 'latin1')),
  /* SHORT_BINSTRING, of Python 2 */ 0x55: (p) => p.push(p.text(p.uint8(), 'latin1')),
  /* EMPTY_TUPLE */ 0x29: (p) => p.push([]),
  /* EMPTY_LIST */ 0x5d: (p) => p.push([]),
  /* EMPTY_DICT */ 0x7d: (p) => p.push(new Map()),
  /* TUPLE */ 0x74: (p) => p.push(p.popToMark()),
  /* LIST */ 0x6c: (p) => p.push(p.popToMark()),
  /* TUPLE1 */ 0x85: (p) => p.push(p.popMany(1)),
  /* TUPLE2 */ 0x86: (p) => p.push(p.popMany(2)),
  /* TUPLE3 */ 0x87: (p) => p.push(p.popMany(3)),
  /* APPEND */ 0x61: (p) => {
    const item = p.pop();
    p.append([item]);
  },
  /* APPENDS */ 0x65: (p) => {
    const items = p.popToMark();
    p.append(items);
  },
  /* SETITEM */ 0x73: (p) => {
    const pair = p.popMany(2);
    p.setItems(pair);
  },
  /* SETITEMS */ 0x75: (p) => {
    const pairs = p.popToMark();
    p.setItems(pairs);
  },
  /* BINPUT */ 0x71: (p) => p.memoize(p.uint8()),
  /* LONG_BINPUT */ 0x72: (p) => p.memoize(p.uint32()),
  /* MEMOIZE */ 0x94: (p) => p.memoize(),
  /* BINGET */ 0x68: (p) => p.recall(p.uint8()),
  /* LONG_BINGET */ 0x6a: (p) => p.recall(p.uint32()),
  /* GLOBAL */ 0x63: (p) => {
    const module = p.line();
    p.global(module, p.line());
  },
  /* STACK_GLOBAL */ 0x93: (p) => {
    const [module, name] = p.popMany(2);
    p.global(String(module), String(name));
  },
  /* BINPERSID */ 0x51: (p) => p.persistent(),
  /* REDUCE */ 0x52: (p) => p.reduce(),
  /* BUILD */ 0x62: (p) => p.build(),
};
