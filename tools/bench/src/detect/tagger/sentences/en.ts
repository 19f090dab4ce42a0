import { lines } from './lines.js';

export const en = lines(`
  {o} said on {d} that it would buy {o} for {num} million dollars.
  {p}, chief executive of {o}, told reporters in {c} that talks had failed.
  Shares of {o} fell {num} percent after the company cut its forecast.
  {c} {d}
  {c}, {n} - The government said on Monday it would raise taxes.
  {n} beat {n} {num} - {num} in a friendly match in {c} on Saturday.
  {p} of {n} won the women's title, beating {p} {num}-{num}.
  {o} {num} {o} {num}
  {l} scored twice as {o} won in {c}.
  {p} ( {n} ) {num}
  {num}. {p} ( {n} , {o} ) {num}
  The {o} announced new rules for banks in {n} and {n}.
  President {l} will visit {c} next week, his office said.
  Prime Minister {p} met the leaders of {n} and {n} in {c}.
  Police in {c} arrested two men after a robbery at a store.
  According to {p}, an analyst at {o}, prices may rise again.
  " We are not worried , " {l} said .
  {p}, {num}, was born in {c} and studied law at {o}.
  A spokesman for {o} declined to comment.
  The storm hit the coast of {n} before it moved north towards {c}.
  {o} opened a new office in {c} and hired {num} people.
  Flights from {c} to {c} were delayed for several hours.
  He joined {o} in {num} after ten years at {o}.
  {l}, who lives near {c}, has worked for {o} since last summer.
  The {c} office will be closed on Monday.
  She flew from {c} to {c} with {f} and {f}.
  The court in {c} ruled against {o} in a case brought by {p}.
  {n}'s economy grew {num} percent in the third quarter.
  {o}'s new model will be built in {n}.
  {l} & {l} are expected to sign the contract.
  {o} and {o} have agreed to merge, sources said.
  My name is {p} and I live at {a}.
  My name appears incorrectly on the card statement, could you change it to {p}?
  How do I change the address linked to my card to {a}?
  I just moved to {c}, can you update my account?
  Hi, this is {f} {l} from {o}, is {f} there?
  I want to cancel my card, I lost it on a trip to {n}.
  Could you please email me the statement for {d}, {p}
  who's coming to the {x} party with me and {f}?
  {f} is my sister's name, she lives in {c} now.
  Please transfer all funds from my account to {p}.
  {p} lives at {a}, {n}.
  The address of {o} is {a}
  {p}'s number is {num}, lives at {a}
  I work for {o}, my colleague {p} will contact you.
  we met at {o} in {c} last year, remember?
  Meet me at {a} after the concert by {p}.
  I'm originally from {n} but moved to {c} when I was ten.
  {p} was the winner of the {x} award in {num}.
  During the {x}, {p} spoke about the work of {o} in {n}.
  As promised, here's {p}'s address: {a}
  One of the most famous songs is by {p}, recorded in {c}.
  Contract between {o} ("the Company") and {p} ("the Employee").
  This agreement is made between {p}, residing at {a}, and {o}.
  The employee {p} has been employed by {o} as {j} since {d}.
  Patient: {p}. Referred by Dr. {l}, {o}, {c}.
  Patient {p} was admitted to {o} on {d} with chest pain.
  Dr. {l} prescribed new medication for {p}.
  Invoice to: {o}, {a}. Contact: {p}.
  Beneficiary: {p}, bank: {o}, branch {c}
  Account holder {p} opened the account in {c}.
  Subject: meeting with {o}
  Dear {p}, thank you for your application to {o}.
  Dear {f}, your order has shipped from {c}.
  To: {p}\\nFrom: {p}\\nSubject: Invoice for {o}
  Regards,\\n{p}\\n{j}, {o}
  {p}\\n{j}\\n{o}\\n{a}
  Hi {f}, can we move the call with {o} to {d}?
  hey {f}, did you hear back from {l}?
  ask {f} if she can pick up the parcel
  tell {f} thanks for the help yesterday
  talked to {f}, she will send the file
  spoke to {l} from {o}, they want a discount
  call with {f} and {f} from {o}: they need the quote by Friday
  Lost deal to {o}, price was too high.
  {o} is evaluating us against {o}.
  Renewal at {o} is at risk because {f} left the company.
  Champion: {p}, blocker: {l}. Next step: demo for {o}.
  met {f} at the trade fair in {c}, interested in {x}
  Customer {p} complained about the {x}.
  Our customer {o} complained about the {x}.
  The customer in {c} complained about the {x}.
  Assigned to {f}.
  Assigned to {p} by {p}.
  cc {f}, {f} and {l}
  Installation in {c} done by {l}, invoice goes to {o}.
  Shipped from {c} via {o}, arrives on {d}.
  The parcel was sent with {o} and is stuck in {c}.
  Paid with {o} card, refund requested.
  I bought the {x} at {o} last week.
  The {x} from {o} does not work with my {x}.
  {o} support told me to reinstall the app.
  We use {o} for email and {o} for our website.
  Team {f} won the contest.
  Witness {p} stated that {l} left the house at noon.
  Plaintiff {p} v. Defendant {o}
  Judge {l} dismissed the case.
  Student {p} from {n} enrolled at {o}.
  Professor {p} of {o} presented a paper in {c}.
  Passenger {p} flies from {c} to {c} with {o}.
  Guest {l} checks in on {d}, room {num}.
  Policy holder: {p}, insurer: {o}.
  {p} is the father of {p}.
  The account of {f} {f} {l} was locked.
  {l}, {f} - application received on {d}
  Name: {p} City: {c} Company: {o}
  Please find attached the report on {n}.
  Travel from {c} ({n}) to {c} ({n}) takes {num} hours.
  The {x} was delivered to the wrong address.
  Please send the {x} before Friday.
  Thank you for your patience, we will get back to you soon.
  The password was reset and the account works again.
  Can you check why the invoice was sent twice?
  Customer is happy with the new {x} and wants {num} more.
  Please restart the {x} and try again.
  Next step: send the quote, then call on {d}.
  The meeting on {d} was cancelled because of the weather.
  Support asked for a log file from the {x}.
  Delivery is planned for {d} between ten and noon.
  Will the update be ready by {d}?
  Thanks, that solved the problem with the {x}.
  No reply yet, second reminder sent on {d}.
  Hello, I need help with my order, it has not arrived.
  The quality of the {x} is great but the price is too high.
  Sales and Marketing will review the {x} next week.
  The Board approved the budget for {num}.
  Monday and Friday are fine, Tuesday is not.
  New version of the {x} released in May.
  Summer sale: {num} % off every {x}.
  Thanks again and have a nice weekend!
  Good morning, please find my order below.
  English and German manuals are in the box.
  The French version of the {x} is missing.
  Christmas delivery cannot be promised after {d}.
  Click {v} and then {v}.
  Status changed from {v} to {v}.
  The {v} guide explains everything.
  Only {n} and {n} voted against it.
  {l} announced that he and {l} would leave.
  {n} 's ambassador to {c} met {p}.
  Please check the {k} of the {x}.
  {adj} farmers and {adj} buyers met in {c}.
  {p} hit two goals for {o}.
  {o} won again.
  saw {f} and {f} yesterday
  give it to {f}, she's in {c}
`);
