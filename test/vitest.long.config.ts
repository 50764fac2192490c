import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The tests that take minutes, because they run real programs many times. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: ['test/long/**/*.test.ts'] } },
);
