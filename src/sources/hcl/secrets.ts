import type { Read } from '../input.ts';
import type { Instance } from './instance.ts';

export const withSecrets = (reads: readonly Read[], _instances: readonly Instance[]): readonly Read[] => reads;
