/**
 * Node-to-node HTTP: large bytes travel here, beside the messages that name them.
 *
 * <ol>
 *   <li>Every node with storage runs a {@link io.granary.prover.transfer.TransferServer}; its
 *       {@link io.granary.prover.transfer.TransferAddress} travels in the worker's introduction.
 *   <li>A job is told its {@link io.granary.prover.transfer.Holder}s: who has which of its inputs.
 *   <li>{@link io.granary.prover.transfer.TransferClient} fetches blobs ({@code GET /blobs/…}),
 *       checks length and sha256, and publishes them by rename; {@link
 *       io.granary.prover.transfer.StagedStream} is a deal's data, hashed while it comes; {@link
 *       io.granary.prover.transfer.RemoteVanilla} asks another node to read sectors ({@code POST
 *       /vanilla}) and takes its answers as they come.
 *   <li>Who gives pieces back hears what a node has ({@code GET /sectors}, {@link
 *       io.granary.prover.transfer.Holdings}) and reads parts of its unsealed files.
 *   <li>What is fetched lies in a {@link io.granary.prover.transfer.Scratch} of bounded size and
 *       goes with the job.
 * </ol>
 *
 * <p>Requests carry an HMAC of a secret that the cluster's nodes share ({@link
 * io.granary.prover.transfer.TransferSecret}).
 */
@NullMarked
package io.granary.prover.transfer;

import org.jspecify.annotations.NullMarked;
