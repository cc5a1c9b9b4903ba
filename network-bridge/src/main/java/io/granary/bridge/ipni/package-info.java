/**
 * Telling network indexers which blocks are here (IPNI, ipni/specs): a chain of signed
 * advertisements that indexers fetch, one for a peer id, whichever node publishes.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.ipni.IpniPublisher} makes an {@link
 *       io.granary.bridge.ipni.Advertisement} of a piece's multihashes, listed in {@link
 *       io.granary.bridge.ipni.EntryChunk}s, or one that takes an earlier one back.
 *   <li>{@link io.granary.protocol.port.AdChain} keeps the chain in the store: what was published
 *       is never changed, and only one of several publishers moves the head from the one it saw.
 *   <li>{@link io.granary.bridge.ipni.IpniAnswers} serves it under {@code /ipni/v1/ad/}, with a
 *       {@link io.granary.bridge.ipni.SignedHead}, on any node.
 *   <li>{@link io.granary.bridge.ipni.Announcer} tells indexers of a new head, in an {@link
 *       io.granary.bridge.ipni.Announcement}.
 * </ol>
 *
 * <p>{@link io.granary.bridge.ipni.FolderTakeOver} brings a chain into the store that a node kept
 * in a folder of its own before.
 */
@NullMarked
package io.granary.bridge.ipni;

import org.jspecify.annotations.NullMarked;
