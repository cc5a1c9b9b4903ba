/**
 * The command line: one class a noun, its verbs as methods or nested commands.
 *
 * <ol>
 *   <li>{@link io.granary.ops.cli.GranaryCommand} parses the arguments and turns exceptions into
 *       one line on standard error and an exit code.
 *   <li>Most commands ask a running node through {@link io.granary.ops.client.NodeClient} and print
 *       tables, or with {@code --json} the node's answer as it is.
 *   <li>{@code node}, {@code devnet} and {@code demo} start something and stay.
 * </ol>
 */
@NullMarked
package io.granary.ops.cli;

import org.jspecify.annotations.NullMarked;
