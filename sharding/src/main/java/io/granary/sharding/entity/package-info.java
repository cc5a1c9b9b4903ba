/**
 * What every entity needs to live among commands.
 *
 * <ol>
 *   <li>{@code Answers}: an entity asks the chain, the wallet or the store, goes on, and hears the
 *       outcome as one of its own commands.
 *   <li>{@code SeenHead}: the newest head it knows of, from which its events get their stamps; what
 *       comes before the first head of a life waits here.
 *   <li>{@code Snapshots}: how long a recovery may become.
 * </ol>
 */
@NullMarked
package io.granary.sharding.entity;

import org.jspecify.annotations.NullMarked;
