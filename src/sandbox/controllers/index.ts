import { claimController, volumeController } from './claims.js';
import type { Controller, ControllerContext } from './controller.js';
import { daemonSetController } from './daemon-sets.js';
import { deploymentController } from './deployments.js';
import { garbageCollector } from './garbage.js';
import { jobController } from './jobs.js';
import { namespaceController } from './namespaces.js';
import { podController } from './pods.js';
import { replicaSetController } from './replica-sets.js';
import { endpointsController, loadBalancerController } from './services.js';
import { statefulSetController } from './stateful-sets.js';

/** Every control loop of the simulated cluster. */
export const allControllers = (context: ControllerContext): Controller[] =>
  [
    namespaceController,
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    jobController,
    claimController,
    volumeController,
    podController,
    loadBalancerController,
    endpointsController,
    garbageCollector,
  ].map((make) => make(context));
