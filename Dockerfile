# The build needs the compilers; what runs needs only the built code and the packages that it imports.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY scripts/bundle-packages.ts ./scripts/
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
WORKDIR /app
# Reachable from everywhere, so it starts with access control alone: give it an ADMIN_TOKEN.
ENV NODE_ENV=production HOST=0.0.0.0 AUTH=on HTTP_PORT=8080 GRPC_PORT=50051 DATA_DIR=/data
# The journal is the only thing that is written; the code belongs to root and is read-only for the process.
RUN mkdir /data && chown node:node /data
COPY package.json ./
COPY proto ./proto
COPY scenarios ./scenarios
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
EXPOSE 8080 50051
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: the process gets SIGTERM itself, drains, and exits with 0.
CMD ["node", "dist/main.js"]
