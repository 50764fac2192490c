import { type Hiding, hidingIds, NOTHING_HIDDEN } from '../policy/redact-ids.ts';
import type { Io } from './io.ts';

/** What `--redact ids` does to what is reported. */
export const hiding = (isRedacted: boolean, io: Pick<Io, 'sha256'>): Hiding =>
  isRedacted ? hidingIds((text) => io.sha256(`redvet/id/1|${text}`)) : NOTHING_HIDDEN;
