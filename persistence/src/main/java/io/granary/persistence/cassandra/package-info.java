/**
 * The embedded Cassandra: one node, forked from the build's own jars, for a first run and for
 * tests. Production gives contact points of a cluster instead and never comes here.
 *
 * <ol>
 *   <li>{@link io.granary.persistence.cassandra.EmbeddedCassandra#start} takes two free loopback
 *       ports, writes {@code cassandra.yaml} and {@code logback.xml} beside the data and forks a
 *       JVM with {@link io.granary.persistence.cassandra.ParentWatch} as its main class.
 *   <li>{@code ParentWatch} locks the data directory, watches its owner, and hands over to
 *       Cassandra's own daemon.
 *   <li>The starter asks until CQL answers a query, or fails with the end of the log.
 *   <li>Closing, or the death of the owner by any means, closes the child's standard input; the
 *       child drains and exits, within a bound.
 * </ol>
 */
@NullMarked
package io.granary.persistence.cassandra;

import org.jspecify.annotations.NullMarked;
