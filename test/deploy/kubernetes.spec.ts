import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { Settings, SettingsInvalid, settingsTable } from '../../src/config/settings.js';
import { RunningExchange } from '../running-exchange.fixture.js';
import {
  type Manifest,
  manifestFiles,
  manifests,
  readYaml,
  schemaFault,
  theOne,
  unknownFields,
} from './manifest.fixture.js';

jest.setTimeout(60_000);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const settingNames = Object.values(settingsTable).map(({ name }) => name);
const tokens = { ADMIN_TOKEN: 'a-token-of-the-spec', AUDIT_TOKEN: 'another-token-of-the-spec' };

describe('the Kubernetes manifests', () => {
  const all = manifests();
  const statefulSet = theOne(all, 'StatefulSet');
  const pod = statefulSet.spec.template;
  const [container] = pod.spec.containers as [Manifest];
  const configuration = theOne(all, 'ConfigMap').data as Record<string, string>;
  const secret = theOne(all, 'Secret').stringData as Record<string, string>;
  const ports: string[] = container.ports.map(({ name }: Manifest) => name);

  it.each(all.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]))(
    '%s conforms to the schema of Kubernetes',
    async (_name, manifest) => {
      expect(await schemaFault(manifest)).toBeUndefined();
    },
  );

  it('have no field that Kubernetes does not know', () => {
    expect(unknownFields(all)).toEqual([]);
  });

  it('would be found out if they were wrong', async () => {
    const wrong = structuredClone(statefulSet);
    wrong.spec.template.spec.containers[0].ports[0].containerPort = '8080';
    expect(await schemaFault(wrong)).toContain('containerPort must be integer');
    const misspelt = structuredClone(statefulSet);
    misspelt.spec.template.spec.terminationGracePeriod = 30;
    expect(unknownFields([misspelt])).toEqual([expect.stringContaining('terminationGracePeriod')]);
  });

  it('select the pods of the StatefulSet, and all lie in the namespace', () => {
    const selectors = [
      statefulSet.spec.selector.matchLabels,
      theOne(all, 'PodDisruptionBudget').spec.selector.matchLabels,
      theOne(all, 'NetworkPolicy').spec.podSelector.matchLabels,
      ...all.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.selector),
    ];
    expect(selectors).toHaveLength(5);
    for (const selector of selectors) {
      expect(Object.keys(selector)).not.toEqual([]);
      expect(pod.metadata.labels).toMatchObject(selector);
    }
    const { namespace } = readYaml('deploy/k8s/kustomization.yaml');
    const namespaced = all.filter(({ kind }) => kind !== 'Namespace');
    expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
    expect(theOne(all, 'Namespace').metadata.name).toBe(namespace);
  });

  it('run one exchange, on a volume that it alone can mount, where its settings say', () => {
    expect(statefulSet.spec.replicas).toBe(1);
    const [claim] = statefulSet.spec.volumeClaimTemplates;
    expect(claim.spec.accessModes).toEqual(['ReadWriteOncePod']);
    expect(container.volumeMounts).toContainEqual({ name: claim.metadata.name, mountPath: configuration.DATA_DIR });
    expect(theOne(all, 'Service', statefulSet.spec.serviceName).spec.clusterIP).toBe('None');
  });

  it('set nothing that is not a setting, and everything as the exchange takes it', () => {
    const own = Object.fromEntries(container.env.map(({ name }: Manifest) => [name, 'pod-0']));
    for (const name of Object.keys({ ...configuration, ...secret, ...own })) expect(settingNames).toContain(name);
    const settings = Settings.from({ ...configuration, ...secret, ...own, ...tokens });
    expect(settings).toMatchObject({ auth: 'on', host: '0.0.0.0' });
  });

  it('hold no secret: what they hold is refused at the start', () => {
    expect(Object.values(secret).filter((value) => value !== '')).toEqual([]);
    const secrets = Object.values(settingsTable).filter(({ secret: isSecret }) => isSecret);
    for (const { name } of secrets) expect(configuration).not.toHaveProperty(name);
    expect(() => Settings.from({ ...configuration, ...secret })).toThrow(SettingsInvalid);
    expect(() => Settings.from({ ...configuration, ...secret })).toThrow(/ADMIN_TOKEN is missing/);
  });

  it('open the ports that the exchange listens on, and no service or rule names another', () => {
    const { HTTP_PORT, GRPC_PORT, AUDIT_PORT } = configuration;
    const opened = container.ports.map(({ name, containerPort }: Manifest) => [name, `${containerPort}`]);
    expect(Object.fromEntries(opened)).toEqual({ http: HTTP_PORT, grpc: GRPC_PORT, audit: AUDIT_PORT });
    const named = [
      ...all
        .filter(({ kind }) => kind === 'Service')
        .flatMap(({ spec }) => spec.ports.map((port: Manifest) => port.targetPort)),
      ...theOne(all, 'NetworkPolicy').spec.ingress.flatMap(({ ports: of }: Manifest) =>
        of.map((port: Manifest) => port.port),
      ),
    ];
    for (const name of named) expect(ports).toContain(name);
    const annotations = pod.metadata.annotations;
    expect(annotations['prometheus.io/port']).toBe(HTTP_PORT);
  });

  it('let auditors alone to the audit port, and let nobody in without naming ports', () => {
    const { spec } = theOne(all, 'NetworkPolicy');
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    const auditing = spec.ingress.filter(({ ports: of }: Manifest) =>
      of.some((port: Manifest) => port.port === 'audit'),
    );
    expect(auditing).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'exchange-simulator/auditing': 'true' } } }],
        ports: [{ protocol: 'TCP', port: 'audit' }],
      },
    ]);
    for (const rule of [...spec.ingress, ...spec.egress]) {
      expect(rule.ports.length).toBeGreaterThan(0);
      expect((rule.from ?? rule.to).length).toBeGreaterThan(0);
    }
  });

  it('give the exchange the time that its own settings ask for', () => {
    const { drainWaitMs, shutdownTimeoutMs } = Settings.from({ ...configuration, ...tokens });
    const headStartMs = container.lifecycle.preStop.sleep.seconds * 1_000;
    const graceMs = pod.spec.terminationGracePeriodSeconds * 1_000;
    expect(graceMs).toBeGreaterThan(headStartMs + drainWaitMs + shutdownTimeoutMs);
    const { periodSeconds, timeoutSeconds, failureThreshold } = container.readinessProbe;
    expect(drainWaitMs).toBeGreaterThan((periodSeconds * failureThreshold + timeoutSeconds) * 1_000);
  });

  it('probe paths that answer, and never kill for what is no fault of the process', async () => {
    const probes = { startup: container.startupProbe, live: container.livenessProbe, ready: container.readinessProbe };
    expect(probes.startup.httpGet.path).toBe('/health/live');
    expect(probes.live.httpGet.path).toBe('/health/live');
    expect(probes.ready.httpGet.path).toBe('/health/ready');
    const exchange = await RunningExchange.start();
    try {
      for (const { httpGet } of Object.values(probes)) {
        expect(httpGet.port).toBe('http');
        expect((await fetch(exchange.addresses.http + httpGet.path)).status).toBe(200);
      }
    } finally {
      await exchange.stop();
    }
  });

  it('run as nobody in particular, with nothing to write on but the volume and /tmp', () => {
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.spec.automountServiceAccountToken).toBe(false);
    expect(container.volumeMounts.map(({ mountPath }: Manifest) => mountPath).sort()).toEqual(['/data', '/tmp']);
  });

  it('are all applied together, but for the Secret, which would replace the real one', () => {
    const { resources } = readYaml('deploy/k8s/kustomization.yaml');
    expect([...resources, 'secret.yaml'].sort()).toEqual(manifestFiles().sort());
  });

  it('run the image of this version', () => {
    const { images } = readYaml('deploy/k8s/kustomization.yaml');
    expect(images).toEqual([{ name: container.image, newTag: version }]);
  });
});
