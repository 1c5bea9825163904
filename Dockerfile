# One image for every service; the command says which (docker-compose.yml).

FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:20-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY core ./core
COPY ui ./ui
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    TILLWATCH_HOST=0.0.0.0 \
    TILLWATCH_PORT=4242 \
    TILLWATCH_DATA=/var/lib/tillwatch/data
WORKDIR /app
# Volumes mounted here take over this owner when they are made.
RUN install -d -o node -g node -m 0700 /var/lib/tillwatch/data /var/lib/tillwatch/chain
COPY --from=dependencies /app/node_modules ./node_modules
# The built pages without their sources: a start takes them as they are.
COPY --from=pages /app/ui/dist ./ui/dist
COPY --from=pages /app/ui/build ./ui/build
COPY package.json tsconfig.json LICENSE ./
COPY bin ./bin
COPY core ./core
COPY access ./access
COPY audit ./audit
COPY ingest ./ingest
COPY reconciler ./reconciler
COPY alerting ./alerting
COPY cli ./cli
USER node
EXPOSE 4242
HEALTHCHECK --interval=10s --timeout=5s --retries=6 --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.TILLWATCH_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/tillwatch", "start", "gateway"]
