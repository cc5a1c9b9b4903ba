/**
 * The store: journal, snapshots, read model and fence in one Cassandra keyspace.
 *
 * <ol>
 *   <li>The composition root reads {@link io.granary.persistence.PersistenceSettings}. Without
 *       contact points it starts an {@link io.granary.persistence.cassandra.EmbeddedCassandra} and
 *       goes on with {@code settings.embedded(...)}.
 *   <li>It makes the actor system with {@code settings.akkaConfig(config)}: entities now find
 *       journal, snapshot store and {@link io.granary.persistence.codec.JournalSerializer}.
 *   <li>{@link io.granary.persistence.Persistence#open} connects, makes or checks the schema and
 *       hands out the ports: sector summaries, spend fence, history reader.
 * </ol>
 */
@NullMarked
package io.granary.persistence;

import org.jspecify.annotations.NullMarked;
