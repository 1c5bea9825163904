import { defineConfig } from 'vitest/config'

/** Tests wait for conditions, never for time; these limits only end what hangs. */
const WAITS_MS = { testTimeout: 60_000, hookTimeout: 120_000, teardownTimeout: 30_000 }

const everywhere = ['**/node_modules/**', 'data/**', 'dist/**']

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores: more workers only make every engine slower.
    maxWorkers: 2,
    retry: 0,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...everywhere, '**/*.int.test.ts', 'e2e/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude: [...everywhere, 'e2e/**'],
          globalSetup: ['./core/testing/global-postgres.ts'],
          ...WAITS_MS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: everywhere,
          ...WAITS_MS,
          testTimeout: 120_000,
        },
      },
    ],
  },
})
