/**
 * The client of the chain node.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.chain.LotusChainGateway} is the port's implementation: each query
 *       names a method of {@code protocol.json.ChainMethods} and its values.
 *   <li>{@link io.granary.bridge.chain.AnswerCache} answers what was asked before of a named
 *       tipset, and joins equal questions under way.
 *   <li>{@link io.granary.bridge.chain.RpcClient} waits for a place in a {@link
 *       io.granary.bridge.chain.RequestGate} and asks the nodes in the order of the {@link
 *       io.granary.bridge.chain.NodeBoard}: a read by {@link io.granary.bridge.chain.ReadRace}, a
 *       signed message or block by {@link io.granary.bridge.chain.PushToAll}, a nonce by {@link
 *       io.granary.bridge.chain.NonceVote}, a signature by {@link
 *       io.granary.bridge.chain.KeyHolders}. {@link io.granary.bridge.chain.NodeCall} posts to one
 *       node, reads the answer within its bounds and turns errors into ChainException.
 *   <li>{@link io.granary.bridge.chain.HeadFollower} keeps a {@link
 *       io.granary.bridge.chain.NotifyChannel} (WebSocket, ChainNotify) open, and hands each frame
 *       to the {@link io.granary.bridge.chain.HeadLine}, which knows the last head handed on and
 *       says whether the frame continues it.
 *   <li>Beside it {@link io.granary.bridge.chain.HeadPolls} asks every node for its head, and
 *       {@link io.granary.bridge.chain.HeadWatch} judges each round: it moves the head when the
 *       stream is silent, and the stream when its node is not the best.
 *   <li>After a lost, silent or lagging subscription the follower connects again, asks {@link
 *       io.granary.bridge.chain.CatchUp} for the difference, and hands that on first: listeners see
 *       an unbroken line of reverts and applies.
 * </ol>
 */
@NullMarked
package io.granary.bridge.chain;

import org.jspecify.annotations.NullMarked;
