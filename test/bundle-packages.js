import { execFileSync } from 'node:child_process';

/** Before all specs: the packages are bundled, unless they are, so that each server of a spec starts as quickly as a built one. */
export default function bundlePackages() {
  execFileSync(process.execPath, ['scripts/bundle-packages.ts'], { stdio: 'inherit' });
}
