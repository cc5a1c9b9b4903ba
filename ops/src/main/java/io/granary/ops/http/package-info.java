/**
 * Management HTTP: Akka Management's cluster and health routes, and ours under {@code /v1}.
 *
 * <ol>
 *   <li>{@link io.granary.ops.http.ManagementServer} binds to loopback and turns every failure into
 *       a problem document.
 *   <li>{@code LoopbackGuard} keeps web pages out; {@code Endpoints} finds the request's {@code
 *       Endpoint} in the table of {@link io.granary.ops.http.ManagementApi}, and checks its query
 *       and body against it. {@code openapi.json} describes the same table.
 *   <li>{@code SectorRoutes}, {@code MinerRoutes} and {@code PoolRoutes} read the ids and hand the
 *       request to a service.
 *   <li>{@link io.granary.ops.http.SectorService}, {@link io.granary.ops.http.MinerService} and
 *       their kind ask entities, journal, read model and chain, and answer with JSON trees. Works
 *       of minutes and hours are answered with 202 and asked for again ({@code LongWorks}).
 * </ol>
 */
@NullMarked
package io.granary.ops.http;

import org.jspecify.annotations.NullMarked;
