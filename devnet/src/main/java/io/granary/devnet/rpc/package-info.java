/**
 * The Lotus v1 JSON-RPC over HTTP and WebSocket (chain.md 2).
 *
 * <ol>
 *   <li>{@link io.granary.devnet.rpc.RpcServer} receives a request, {@code Tokens} says what its
 *       token allows.
 *   <li>{@code RpcDispatcher} finds the method in the {@code MethodTable}, checks permission and
 *       parameters and answers with result or error.
 *   <li>The {@code …Methods} classes are the methods, one class for each group; they read tipsets
 *       of {@link io.granary.devnet.chain.Chain} and push to its pool.
 *   <li>{@code SocketSession} adds what only WebSockets have: subscriptions and cancelling.
 * </ol>
 */
@NullMarked
package io.granary.devnet.rpc;

import org.jspecify.annotations.NullMarked;
