/** The file system and the machine, as far as a source may use them. Paths are as a person writes them; `-` is standard input. */
export interface Files {
  /** What stands there, links followed. Rejects with a Node error when nothing does. */
  kindOf(path: string): Promise<FileKind>;
  /**
   * The bytes of a file or a stream as they come. Rejects with a Node error; `ETIMEDOUT` when a stream says nothing for too long.
   */
  read(path: string): AsyncIterable<Uint8Array>;
  /** What is in a folder, by name. */
  list(path: string): Promise<readonly FolderEntry[]>;
  /** Runs a program without a shell and gives what it wrote; null where there is none of that name. */
  run(program: string, words: readonly string[]): Promise<Ran | null>;
  /** What Terraform's language is parsed by, as WebAssembly. */
  grammar(): Promise<Grammar>;
}

export interface Grammar {
  readonly runtime: Uint8Array;
  readonly language: Uint8Array;
}

/** `stream`: a pipe, or standard input that is not a terminal. `other`: a device, a socket, a terminal. */
export type FileKind = 'file' | 'folder' | 'stream' | 'other';

export interface FolderEntry {
  readonly name: string;
  /** `link`: to whatever. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export interface Ran {
  /** Null when it was stopped by a signal or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
