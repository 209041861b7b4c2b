const heartbeatMs = 5_000;

/** Makes a service known in Redis, in the layout that all services share, for as long as it runs. */
export async function announce(redisUrl: string, serviceName: string, host: string, port: number): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl);
  redis.on('error', (error) => process.stderr.write(`Redis: ${error.message}\n`));
  const key = `services:${serviceName}:${host}:${port}`;
  const put = () => {
    const entry = {
      service_name: serviceName,
      instance_name: `${serviceName}-${port}`,
      host,
      grpc_port: port,
      http_port: 0,
      version: '1.0.0',
      environment: 'development',
      status: 'healthy',
      last_seen: new Date().toISOString(),
      metadata: {},
    };
    redis.set(key, JSON.stringify(entry), 'PX', heartbeatMs * 3).catch(() => undefined);
  };
  put();
  setInterval(put, heartbeatMs);
}
