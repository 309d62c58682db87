import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**', '.pointsman/**'],
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
    setupFiles: ['test/seed.ts'],
    globalSetup: ['test/support/built.ts'],
    // Every core: unless told, one is left idle.
    maxWorkers: '100%',
    // Modules are loaded once for many files: loading them for each took as long as most tests. So no helper may keep what a file needs fresh.
    isolate: false,
    testTimeout: 30_000,
  },
});
