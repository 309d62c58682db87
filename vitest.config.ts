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
    testTimeout: 30_000,
  },
});
