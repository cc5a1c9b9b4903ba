/**
 * From which address a miner's message goes.
 *
 * <ol>
 *   <li>{@code SenderChoice} reads who may act for a miner (worker, owner, control addresses),
 *       whose keys the node's wallet has, and sorts them by purpose: what {@code AddressSettings}
 *       names, else control addresses for proving and the worker for sealing; then worker, then
 *       owner.
 *   <li>The miner keeps that list, and moves the first address that holds enough to its front on
 *       each tick; deadlines take what the miner hands them.
 *   <li>A sector asks for the payer of its one message ({@code Payers}).
 * </ol>
 */
@NullMarked
package io.granary.sharding.address;

import org.jspecify.annotations.NullMarked;
