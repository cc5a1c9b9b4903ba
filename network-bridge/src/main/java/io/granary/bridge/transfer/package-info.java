/**
 * Fetches the data of deals over HTTP into staging: this node's, or one that several share.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.transfer.HttpDealFetcher} takes orders, bounds how many run and
 *       wait, and runs each as a {@link io.granary.bridge.transfer.Fetch} on a thread of its own.
 *   <li>{@link io.granary.bridge.transfer.WebRoute} goes to the file, redirects included: each name
 *       is looked up once, every address is judged by {@link
 *       io.granary.bridge.transfer.AddressGuard}, and {@link
 *       io.granary.bridge.transfer.WebConnection} connects to exactly that address (ADR 21). {@link
 *       io.granary.bridge.transfer.AnswerReader} frames request and answer by Netty's codec.
 *   <li>What comes goes through {@link io.granary.bridge.transfer.Intake}: onto the disk, into the
 *       piece commitment, told of when it is safe.
 *   <li>An operator's file comes the same way from the disk, by {@link
 *       io.granary.bridge.transfer.Copy}.
 *   <li>{@link io.granary.bridge.transfer.Staging} holds the files, each with a {@link
 *       io.granary.bridge.transfer.StagedNote} beside it that says of what they are, so that a
 *       transfer goes on where it stopped; on another node, where staging is shared.
 * </ol>
 */
@NullMarked
package io.granary.bridge.transfer;

import org.jspecify.annotations.NullMarked;
