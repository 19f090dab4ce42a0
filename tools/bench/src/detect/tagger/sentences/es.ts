import { lines } from './lines.js';

export const es = lines(`
  {o} anunció el {d} que despedirá a {num} empleados en {n}.
  {c}, {d} (EFE) - El presidente de {o}, {p}, presentó su dimisión.
  {p}, portavoz de {o}, no quiso hacer declaraciones.
  El ministro {l} viajará a {c} la próxima semana.
  {o} ganó por {num} a {num} a {o} en {c}.
  La policía de {c} detuvo a dos sospechosos.
  {l} nació en {c} y estudió en {o}.
  Las ventas de {o} subieron un {num} por ciento.
  {n} y {n} firmaron un acuerdo en {c}.
  Me llamo {p} y vivo en {a}.
  Soy {f}, de {o}, ¿está {f}?
  Soy {f} {l} {l}, vivo en {c}.
  La señora {l} de {o} ha llamado y pide que la llamen.
  El señor {l} {l} vive en {c} desde {num}.
  hablé con {f}, nos manda el contrato mañana
  Hablé con {p}: está de acuerdo con el precio.
  puedes preguntar a {f} si llegó el paquete
  gracias {f} por tu ayuda
  {f} llama mañana
  Hola {f}, ¿sabes algo de {o}?
  Estimada señora {l}: le enviamos el presupuesto.
  Querido {f}, gracias por tu mensaje.
  Un saludo,\\n{p}\\n{j}\\n{o}
  Atentamente\\n{f} {l} {l}\\n{a}
  Contrato entre {o} y {p}, con domicilio en {a}
  El paciente {p} ingresó en {o} el {d}.
  La doctora {l} recetó un tratamiento a {p}.
  Entrega en {c} con {o} el {d}.
  Dirección de entrega: {p}, {a}
  Factura a nombre de {o}, a la atención de {p}
  El cliente {o} no está contento con el {x}.
  La clienta {p} devolvió el {x}.
  El cliente de {c} espera el {x}.
  Operación perdida en {o} contra {o}.
  Reunión con {p} y {l} de {o} en {c}.
  Volamos de {c} a {c} el {d}.
  Nombre: {p} Ciudad: {c} Empresa: {o}
  Contacto en {o}: {p}, {j}
  El testigo {p} declaró que {l} no estaba en casa.
  La empresa {o}, con sede en {c}, suministra el {x}.
  Mi hija {f} necesita un {x} nuevo.
  Mi marido {f} ya pagó la factura.
  Transferencia de {p} a {o} recibida el {d}.
  Asignado a {f}, lo sigue {l}.
  El paquete está en {o} en {c}.
  Compré el {x} en {o}.
  don {f} {l} y doña {f} {l} firmaron la escritura
  Por favor envíen otra vez la factura del {d}.
  El aparato no funciona desde la actualización.
  La entrega llegó dañada y pedimos un cambio.
  El contrato termina a final de año.
  Esperamos la confirmación antes del viernes.
  ¡Muchas gracias por la ayuda!
  El pedido se canceló y el dinero llegará pronto.
  La cita del lunes se cambia de hora.
  La garantía es de dos años.
  No puedo entrar, olvidé la contraseña.
  El {x} no sirve, pido la devolución.
  El departamento de compras estudia la oferta del {x}.
  El manual en inglés está en la caja.
  Buenos días, todavía no recibí mi pedido.
  Los gastos de envío están incluidos.
  Pulse {v} y después {v}.
  El estado cambió de {v} a {v}.
  hola soy {f}, me pasas el teléfono de {f}
  La planta de {o} en {c} cerrará.
  El presidente {p} se reunió en {c} con {p}.
  El gobierno {adj} respondió a {n}.
  Revise el {k} del {x}.
`);
