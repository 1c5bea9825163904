import { fileURLToPath } from 'node:url'
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where a developer's page server finds a running platform. */
const platform = process.env['TILLWATCH_URL'] ?? 'http://127.0.0.1:4242'
const passedOn = ['/payments/api', '/_sandbox', '/readyz', '/healthz', '/openapi.json', '/docs']

// Vite asks for a default export; nothing else in the repository has one.
export default defineConfig({
  root: here('.'),
  plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy of our pages allows no inline code, and a picture of 4 kB is one request less only on paper.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
  },
  server: {
    // The platform sees its own origin, as behind a proxy of the same site: cookies and CSRF work as in production.
    proxy: Object.fromEntries(
      passedOn.map((path) => [
        path,
        {
          target: platform,
          changeOrigin: true,
          headers: { origin: new URL(platform).origin },
        },
      ]),
    ),
  },
})
