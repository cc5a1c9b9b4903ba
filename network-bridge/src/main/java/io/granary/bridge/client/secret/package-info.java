/**
 * A data owner's secrets: keys at rest, and content that only one recipient can read.
 *
 * <ol>
 *   <li>Key files are {@link io.granary.bridge.file.OwnerOnlyFile}s: nobody else can read them, and
 *       what others can read is refused.
 *   <li>{@link io.granary.bridge.client.secret.SealedSecret} locks 32 bytes with a passphrase
 *       (scrypt, AES-256-GCM); {@link io.granary.bridge.client.secret.WalletKeyFile} and {@link
 *       io.granary.bridge.client.secret.RecipientKeyFile} keep a wallet key and a recipient's key
 *       that way.
 *   <li>{@link io.granary.bridge.client.secret.SealingStream} encrypts content for a {@link
 *       io.granary.bridge.client.secret.Recipient}; {@link
 *       io.granary.bridge.client.secret.OpeningStream} gives it back to who holds the {@link
 *       io.granary.bridge.client.secret.RecipientKey}, and nothing of what was changed, cut or
 *       moved.
 * </ol>
 *
 * <p>What is wrong with a file or a passphrase is a {@link
 * io.granary.bridge.client.secret.SecretException}, whose message is for people.
 */
@NullMarked
package io.granary.bridge.client.secret;

import org.jspecify.annotations.NullMarked;
