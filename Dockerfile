# The embedded server in one image: sources run as they are, on this Node.
FROM node:24-slim AS packages
WORKDIR /argus
COPY package.json package-lock.json .npmrc ./
# Without development packages and twirp-ts' optional generators: a third of the size.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim AS page
WORKDIR /argus
COPY package.json package-lock.json .npmrc tsconfig.json vite.config.ts ./
RUN npm ci --ignore-scripts
COPY generated generated
COPY src src
RUN npx vite build

FROM node:24-slim
WORKDIR /argus
COPY --from=page /argus/dist/web dist/web
COPY --from=packages /argus/node_modules node_modules
COPY package.json LICENSE ./
COPY generated generated
COPY scripts/argus.js scripts/bootstrap.js scripts/
COPY src src
RUN ln -s /argus/scripts/argus.js /usr/local/bin/argus && install -d -o node -g node -m 0700 /data
USER node
# Arenas: as in scripts/argus.js.
ENV ARGUS_DATA=/data ARGUS_LISTEN=0.0.0.0:4700 NODE_ENV=production MALLOC_ARENA_MAX=2
VOLUME /data
EXPOSE 4700
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:4700/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm between: SIGTERM reaches the server, which drains.
CMD ["node", "src/server/main.ts"]
