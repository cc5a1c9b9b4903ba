/**
 * Supervises prover child processes (prover-workers/native/PROTOCOL.md is their contract).
 *
 * <ol>
 *   <li>A job thread asks {@link io.granary.prover.child.Children} for a process of one {@link
 *       io.granary.prover.child.ChildClass}; it waits when as many as allowed are busy.
 *   <li>{@link io.granary.prover.child.ChildProcess} writes the request as a frame; its reader
 *       thread turns frames into {@link io.granary.prover.child.ChildMessage}s: logs go to SLF4J,
 *       progress to the caller, the response ends the wait.
 *   <li>The watchdog kills a process that does not answer pings or runs past the request's limit; a
 *       byte that is no frame kills it too. The caller then sees {@link
 *       io.granary.prover.child.ChildDiedException} with the tail of the child's stderr.
 *   <li>Processes of one-job classes are ended after the job, others go back to be used again.
 * </ol>
 *
 * <p>No child outlives the JVM: its standard input is a pipe of ours, and it ends when that closes,
 * which the kernel does however the JVM dies.
 */
@NullMarked
package io.granary.prover.child;

import org.jspecify.annotations.NullMarked;
