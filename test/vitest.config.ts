import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { ASSETS, assets } from '../.assets.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export default defineConfig({
  plugins: [
    { name: 'page-assets', load: (id) => (ASSETS.test(id) ? assets() : undefined) },
    {
      name: 'texts',
      load: (id) => (/\/src\/init\/[^/]+\.yml$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : undefined),
    },
  ],
  define: { REDVET_VERSION: JSON.stringify(version) },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // They take minutes: npm run test:long
    exclude: ['test/long/**'],
    globalSetup: ['test/support/temporary.ts'],
    // By default one fewer than there are cores, which is one where there are two.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
