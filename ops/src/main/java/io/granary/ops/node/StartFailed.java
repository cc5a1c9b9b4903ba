package io.granary.ops.node;

import akka.actor.CoordinatedShutdown;

/**
 * The actor system ends because the node could not be started. Named in granary-akka.conf: it does
 * not end the process, which still has to say why.
 */
final class StartFailed implements CoordinatedShutdown.Reason {}
