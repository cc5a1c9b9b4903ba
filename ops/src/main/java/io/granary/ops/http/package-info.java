/**
 * Management HTTP: Akka Management's cluster and health routes, and ours under {@code /v1}.
 *
 * <ol>
 *   <li>{@link io.granary.ops.http.ManagementServer} binds to loopback and turns every failure into
 *       a problem document.
 *   <li>{@link io.granary.ops.http.SectorRoutes} and {@link io.granary.ops.http.MinerRoutes} take a
 *       request apart and hand it to a service.
 *   <li>{@link io.granary.ops.http.Sectors} and {@link io.granary.ops.http.Miners} ask entities,
 *       journal, read model and chain, and answer with JSON trees.
 * </ol>
 */
@NullMarked
package io.granary.ops.http;

import org.jspecify.annotations.NullMarked;
