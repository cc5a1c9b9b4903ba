/**
 * Telling network indexers which blocks are here (IPNI, ipni/specs): a chain of signed
 * advertisements that indexers fetch.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.ipni.IpniPublisher} makes an {@link
 *       io.granary.bridge.ipni.Advertisement} of a piece's multihashes, listed in {@link
 *       io.granary.bridge.ipni.EntryChunk}s, or one that takes an earlier one back.
 *   <li>{@link io.granary.bridge.ipni.AdFolder} keeps the chain: what was published is never
 *       changed.
 *   <li>{@link io.granary.bridge.ipni.IpniAnswers} serves it under {@code /ipni/v1/ad/}, with a
 *       {@link io.granary.bridge.ipni.SignedHead}.
 *   <li>{@link io.granary.bridge.ipni.Announcer} tells indexers of a new head, in an {@link
 *       io.granary.bridge.ipni.Announcement}.
 * </ol>
 */
@NullMarked
package io.granary.bridge.ipni;

import org.jspecify.annotations.NullMarked;
