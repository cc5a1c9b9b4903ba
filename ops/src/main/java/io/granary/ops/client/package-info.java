/**
 * The client of a node's management HTTP, used by the command line and the demo.
 *
 * <ol>
 *   <li>{@link io.granary.ops.client.NodeClient} sends one request and returns the JSON answer.
 *   <li>An answer that is no success becomes a {@link io.granary.ops.client.NodeException} with the
 *       title and detail of its problem document.
 * </ol>
 */
@NullMarked
package io.granary.ops.client;

import org.jspecify.annotations.NullMarked;
