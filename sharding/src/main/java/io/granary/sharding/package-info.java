/**
 * The entities and how they are joined.
 *
 * <ol>
 *   <li>{@code ShardingSetup} inits every entity; the entities' packages (sector, deadline, sender,
 *       miner) know neither this package nor each other: they tell one another through the ports
 *       Messages, MessageReports, Sectors, Miners, Deadlines and JobReports of {@code
 *       io.granary.protocol.port}.
 *   <li>{@code EntityReports} implements those ports with {@code entityRefFor(..).tell(..)}.
 *   <li>{@code Ticker} follows the head on each node and ticks the miners, which tick the rest.
 * </ol>
 */
@NullMarked
package io.granary.sharding;

import org.jspecify.annotations.NullMarked;
